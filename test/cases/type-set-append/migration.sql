ALTER TABLE t MODIFY a SET('a','b','c','d','e','f','g','h','i');
