ALTER TABLE t MODIFY a SET('p','q','r'), MODIFY b SET('q','p');
