ALTER TABLE t MODIFY a SET('p','q'), MODIFY b SET('p');
